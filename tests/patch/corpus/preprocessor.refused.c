#ifndef exception_enter /* REFUSED the preprocessor is asked about exception_enter() */
#define NO_PAIR
#endif
