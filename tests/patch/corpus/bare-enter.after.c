void do_cache_error(struct pt_regs *regs)
{
	die_if_kernel("cache error", regs);
}

void do_parity_error(struct pt_regs *regs)
{
	panic("parity error");
}
