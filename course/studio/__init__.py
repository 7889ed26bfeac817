"""The studio: from a request to a finished piece, with a recipe that gives it again.

request        what is wanted, checked
request_files  requests and melodies out of files
melody_space   melodies out of the space of lesson 06
writing        what the model writes: ids, around bars that are kept
production     from ids to finished music, by the arranger
splicing       bars of one take in another
recipe         how a piece was made; replaying it, sampling it again
takes          a request met, and met again around bars that are kept
exporting      MIDI, WAV, MP3, MusicXML and recipe, all or nothing
watching       progress, and stopping on request
"""
