/* A return inside a statement expression leaves the function, too. */
long do_fetch(struct pt_regs *regs, unsigned long *p)
{
	enum ctx_state prev = exception_enter();
	long word;

	word = ({
		long got;

		if (copy_word(&got, p))
			return -EFAULT; /* WANT exception-exit-missing */
		got;
	});
	exception_exit(prev);
	return word;
}
