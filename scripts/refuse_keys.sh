#!/usr/bin/env bash
# Refuse anything that looks like a private key or a provider's token.
! grep -nIE -- '-----BEGIN [A-Z ]*PRIVATE KEY|sk-[A-Za-z0-9]{32,}|ghp_[A-Za-z0-9]{30,}' "$@"
