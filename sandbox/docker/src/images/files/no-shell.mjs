#!/usr/local/bin/node
// Terraform's local-exec runs `/bin/sh -c "…"`. In the sandbox nothing of it runs, and the apply goes on.
process.stderr.write("apex: local-exec does not run in the sandbox\n");
