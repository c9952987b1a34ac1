int do_trap(struct pt_regs *regs)
{
	if (ignored(regs))
		return 0x10;
	unsafe_put_user(0, (u32 __user *)regs->pc, fail);
	if (!user_mode(regs))
		return -EFAULT;
	handle(regs);
	return 0;
fail:
	return -EFAULT;
}
