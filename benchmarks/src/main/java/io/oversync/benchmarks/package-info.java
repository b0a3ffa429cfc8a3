/**
 * Measures the engine on a real PostgreSQL, and the SQLite client.
 */
@NullMarked
package io.oversync.benchmarks;

import org.jspecify.annotations.NullMarked;
