"""A real kernel's own verdict: a small kernel with every check of context tracking is built, booted in qemu and heard.

targets   what builds each architecture's kernel, and its machine in qemu
options   what is asked of its configuration, and what of that it does not have
series    a series of patches as the files that it leaves
source    a copy of a tree that is built in, kept from run to run
kernel    the image, and the process that runs in it (init.c)
machine   qemu, and what comes over its serial line
console   that text as findings with their places
"""
