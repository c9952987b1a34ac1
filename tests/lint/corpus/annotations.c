/* Annotations stand before and behind the header, and macros before and behind the function. */
DEFINE_PER_CPU(int, trap_depth);
static DEFINE_SPINLOCK(trap_lock);

asmlinkage __visible void notrace __kprobes
do_annotated(struct pt_regs *regs, int code __maybe_unused)
	__releases(&trap_lock)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGILL);
	exception_exit(prev);
}
NOKPROBE_SYMBOL(do_annotated);
EXPORT_SYMBOL_GPL(do_annotated);
