/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which release these headers stand for, and what its options are called. */
#ifndef _SHIM_RELEASE_H
#define _SHIM_RELEASE_H

#ifndef SHIM_RELEASE
#define SHIM_RELEASE	0x060c
#endif

#define SHIM_SINCE(major, minor)	(SHIM_RELEASE >= ((major) << 8 | (minor)))

#if !SHIM_SINCE(5, 11) || SHIM_SINCE(6, 13)
#error "SHIM_RELEASE is none of 5.11 to 6.12"
#endif

#if SHIM_SINCE(6, 0)
#ifdef CONFIG_CONTEXT_TRACKING_USER
#define SHIM_TRACKING
#endif
#ifdef CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK
#define SHIM_OFFSTACK
#endif
#ifdef CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK
#error "CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK went away in 6.0"
#endif
#else
#ifdef CONFIG_CONTEXT_TRACKING
#define SHIM_TRACKING
#endif
#ifdef CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK
#define SHIM_OFFSTACK
#endif
#if defined(CONFIG_CONTEXT_TRACKING_USER) || defined(CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK)
#error "CONFIG_CONTEXT_TRACKING_USER and its like came with 6.0"
#endif
#endif

#endif /* _SHIM_RELEASE_H */
