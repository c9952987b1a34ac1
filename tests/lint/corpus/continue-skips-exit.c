/* A continue skips the exit, so the next round enters again, or the loop ends without an exit. */
void replay_faults(struct fault_queue *queue)
{
	enum ctx_state prev;

	while (next_fault(queue)) {
		prev = exception_enter(); /* WANT exception-exit-unpaired */
		if (replay_one(queue))
			continue;
		drop_fault(queue);
		exception_exit(prev);
	}
} /* WANT exception-exit-missing */
