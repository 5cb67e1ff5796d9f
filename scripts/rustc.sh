#!/bin/sh
# Runs rustc as it is; its path tells the checkouts that share a target folder apart (see environment.mjs).
exec "$@"
