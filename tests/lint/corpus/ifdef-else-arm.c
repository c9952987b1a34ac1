/* Both arms end the function, and the #else arm without an exit. */
int do_page_fault_tail(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = handle_tail(regs);

#ifdef CONFIG_MMU
	exception_exit(prev);
	return ret;
#else
	return -ENOSYS; /* WANT exception-exit-missing when !CONFIG_MMU */
#endif
}
