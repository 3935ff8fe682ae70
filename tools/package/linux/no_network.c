/* Stands where libcurl would: PROJ could fetch grids with it, EcoMap never lets it. A session cannot be begun, and nothing is done. */
#include <stddef.h>

#define CANNOT 2 /* CURLE_FAILED_INIT */

void *curl_easy_init(void) { return NULL; }
void curl_easy_cleanup(void *session) { (void)session; }
int curl_easy_setopt(void *session, int option, ...) { (void)session; (void)option; return CANNOT; }
int curl_easy_getinfo(void *session, int wanted, ...) { (void)session; (void)wanted; return CANNOT; }
int curl_easy_perform(void *session) { (void)session; return CANNOT; }
