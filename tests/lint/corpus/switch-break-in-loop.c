/* The break leaves the switch and not the loop, so the loop goes on after its exit. */
void poll_mailbox(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	while (mailbox_busy(regs)) {
		switch (read_mailbox(regs)) {
		case 0:
			exception_exit(prev); /* WANT exception-exit-unpaired */
			break;
		default:
			post_mailbox(regs);
		}
	}
} /* WANT exception-exit-missing */
