void
do_trap (struct pt_regs *regs)
{
    enum ctx_state prev = exception_enter ();

    if (user_mode (regs))
      {
        handle (regs);
        exception_exit (prev);
      }
    else
      {
        exception_exit (prev);
        goto out;
      }
    count (regs);

 out:
    exception_exit (prev);
}
