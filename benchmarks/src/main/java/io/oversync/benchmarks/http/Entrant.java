package io.oversync.benchmarks.http;

/**
 * A load of a contest.
 *
 * @param suffix tells it from others of the same measure, may be empty
 * @param load what is sent
 */
record Entrant(String suffix, Load<?> load) {
}
