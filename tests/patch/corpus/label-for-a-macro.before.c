void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	u32 code;

	unsafe_get_user(code, (u32 __user *)regs->pc, out);
	if (!code)
		goto out;
	handle(regs, code);
out:
	exception_exit(prev);
}
