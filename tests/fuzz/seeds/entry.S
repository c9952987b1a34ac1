/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#include <linux/linkage.h>
#define CALL(f)	bl f; nop
	.macro leave, how=user, more:vararg
	.ifc \how, user
	CALL(user_enter_callable)
	.else
1:	b	\how
	.endif
	.endm
ENTRY(do_syscall)
	bl	user_exit_callable	@ a comment
#ifdef CONFIG_PREEMPTION
	tst	r0, #1
	bne	1f; blx schedule
#endif
1:	leave user, a, b
	leave	how=do_work
	.word	schedule_user, exception_enter + 4
	.ascii	"schedule;@//"
	call	*%rax	# another
ENDPROC(do_syscall)
	.set	alias, schedule
