/* Of three arms the middle one forgets the exit. */
void do_timer_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#if defined(CONFIG_HZ_100)
	tick_slow(regs);
	exception_exit(prev);
#elif defined(CONFIG_HZ_250)
	tick_medium(regs);
#else
	tick_fast(regs);
	exception_exit(prev);
#endif
} /* WANT exception-exit-missing when !CONFIG_HZ_100 && CONFIG_HZ_250 */
