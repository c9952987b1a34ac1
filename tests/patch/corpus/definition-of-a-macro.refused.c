#define exception_exit(prev) do { } while (0) /* REFUSED the pair itself is defined here */
