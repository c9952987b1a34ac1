/* An attribute stands behind the label, which not every configuration uses. */
void do_labelled(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_KPROBES
	if (kprobe_trap(regs))
		goto out;
#endif
	force_sig(SIGILL);
out: __maybe_unused;
	exception_exit(prev);
}
