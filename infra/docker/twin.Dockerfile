# The twin, for machines with a registry. Name the result in APEX_TWIN_IMAGE.
#   docker build -t apex/twin -f infra/docker/twin.Dockerfile sandbox/twin/src
ARG BASE=apex/base
FROM ${BASE}
LABEL apex.image=twin
COPY ./ /opt/apex/twin/
ENTRYPOINT ["node","/opt/apex/twin/main.ts"]
