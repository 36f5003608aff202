# Terraform with a shell that runs nothing, for machines with a registry. Name the result in APEX_TERRAFORM_IMAGE.
#   docker build -t apex/terraform -f infra/docker/terraform.Dockerfile sandbox/docker/src/images/files
ARG BASE=apex/base
FROM hashicorp/terraform:1.11.4 AS terraform

FROM ${BASE}
LABEL apex.image=terraform
COPY --from=terraform /bin/terraform /usr/local/bin/terraform
COPY no-shell.mjs /bin/sh
COPY idle.mjs /opt/apex/idle.mjs
ENTRYPOINT ["node","/opt/apex/idle.mjs"]
