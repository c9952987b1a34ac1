/* The conditional return brings its exit along, in an arm, in its opposite and in a nested one. */
int do_conditional(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifndef CONFIG_MMU
	exception_exit(prev);
	return -ENOSYS;
#else
	if (handle_mmu(regs)) {
#ifdef CONFIG_DEBUG_MMU
		exception_exit(prev);
		return 1;
#else
		goto out;
#endif
	}
out: __maybe_unused;
	exception_exit(prev);
	return 0;
#endif
}
