void do_trap(struct pt_regs *regs)
{
	u32 code;

	unsafe_get_user(code, (u32 __user *)regs->pc, out);
	if (!code)
		goto out;
	handle(regs, code);
out:
	return;
}
