void do_cache_error(struct pt_regs *regs)
{
	exception_enter();
	die_if_kernel("cache error", regs);
}

void do_parity_error(struct pt_regs *regs)
{
	(void)exception_enter();
	panic("parity error");
}
