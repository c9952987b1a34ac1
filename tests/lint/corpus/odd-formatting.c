/* The pair is written over several lines, with comments and line splices inside. */
void do_odd ( struct pt_regs * regs )
{
  enum ctx_state prev /* saved */
    = exception_enter /* save it */ ( /* nothing */ ) ;
    if(user_mode(regs)){exception_exit(prev);return;}
	else
  {
	force_sig
		(SIGILL);
			exception_exit \
	(
		prev	/* restore it */
	)
; }
}
