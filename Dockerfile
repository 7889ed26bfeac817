# The course in a container, for Docker, Podman and Binder; docs/homes.md says how, and what was tried.
#     docker build -t music-course .
#     docker run --rm -p 127.0.0.1:8888:8888 -v music-work:/home/learner/course/workspace music-course
FROM python:3.11-slim-bookworm

# Binder gives a user of its own.
ARG NB_USER=learner
ARG NB_UID=1000
RUN useradd --create-home --uid "${NB_UID}" "${NB_USER}" \
    && install -d -o "${NB_USER}" "/home/${NB_USER}/course"

USER ${NB_USER}
WORKDIR /home/${NB_USER}/course
COPY --chown=${NB_UID} . .

# The same set-up as everywhere, from the same lock, with the build of torch for processors.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PATH="/home/${NB_USER}/course/.venv/bin:${PATH}"
RUN PIP_NO_CACHE_DIR=1 python tools/setup_environment.py \
    && course doctor \
    && course workspace

EXPOSE 8888
CMD ["course", "lab", "--ip", "0.0.0.0", "--port", "8888", "--no-browser"]
