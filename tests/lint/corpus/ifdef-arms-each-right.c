/* Each of three arms ends the function in its own way, and each of them exits. */
int do_arms(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#if defined(CONFIG_64BIT)
	handle_wide(regs);
	exception_exit(prev);
	return 0;
#elif defined(CONFIG_HIGHMEM)
	if (handle_high(regs)) {
		exception_exit(prev);
		return 1;
	}
	panic("highmem");
#else
	exception_exit(prev);
	return handle_low(regs);
#endif
}
