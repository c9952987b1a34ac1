int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (ignored(regs))
		goto done;
	unsafe_put_user(0, (u32 __user *)regs->pc, fail);
	if (!user_mode(regs))
		goto out;
	handle(regs);
	exception_exit(prev);
	return 0;
out:
fail:
	exception_exit(prev);
	return -EFAULT;
done:
	exception_exit(prev);
	return 0x10;
}
