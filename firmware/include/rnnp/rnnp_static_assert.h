/* The static assertion of C11 and of C++, for the headers. */
#ifndef RNNP_STATIC_ASSERT_H
#define RNNP_STATIC_ASSERT_H

#ifdef __cplusplus
#define RNNP_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define RNNP_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

#endif
