"""All generators that `course train` can train against a critic."""

from course.recipes.players import PlayersRecipe
from course.recipes.timbre_recipe import TIMBRE_GANS
from course.recipes.track_recipe import QUARTET_GANS, TRACK_GANS

GANS: dict[str, PlayersRecipe] = {**TRACK_GANS, **QUARTET_GANS, **TIMBRE_GANS}
