void
do_trap (struct pt_regs *regs)
{
    if (user_mode (regs))
      {
        handle (regs);
      }
    else
      {
        return;
      }
    count (regs);
}
