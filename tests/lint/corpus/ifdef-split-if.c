/* Two arms open the same block with different questions, and the block exits and returns. */
int do_split(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_KPROBES
	if (kprobe_trap(regs)) {
#else
	if (user_mode(regs)) {
#endif
		exception_exit(prev);
		return 1;
	}

	exception_exit(prev);
	return 0;
}
