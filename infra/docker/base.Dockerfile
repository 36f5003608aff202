# What the sandbox's images stand on, for machines with a registry; `apex sandbox images` builds the same without one.
#   docker build -t apex/base -f infra/docker/base.Dockerfile sandbox/docker/src/images/files
FROM node:24-bookworm-slim AS node
# Node with the libraries that its loader takes, and nothing else of Debian.
RUN install -d -m 1777 /rootfs/tmp \
  && (echo /usr/local/bin/node; ldd /usr/local/bin/node | grep -o '/[^ ]*') | xargs cp --dereference --parents -t /rootfs

FROM scratch
LABEL apex.image=base
ENV PATH=/usr/local/bin HOME=/tmp
COPY --from=node /rootfs/ /
COPY passwd group nsswitch.conf hosts /etc/
COPY package.json /opt/apex/package.json
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["node"]
