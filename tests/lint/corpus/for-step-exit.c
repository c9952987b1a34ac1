/* The exit is the step of a for: it runs once a round, which may be never or twice. */
void flush_faults(struct fault_queue *queue)
{
	enum ctx_state prev;

	for (prev = exception_enter(); next_fault(queue); exception_exit(prev)) /* WANT exception-exit-unpaired */
		drop_fault(queue);
} /* WANT exception-exit-missing */
