"""Changes to kernel C as edits of its text: exception_enter() and exception_exit() removed, or a missing exit added."""
