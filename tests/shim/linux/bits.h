/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_BITS_H
#define _SHIM_LINUX_BITS_H

#define BIT(number)	(1UL << (number))

#endif /* _SHIM_LINUX_BITS_H */
