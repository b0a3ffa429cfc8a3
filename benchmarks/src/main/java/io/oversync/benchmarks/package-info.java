/**
 * Measures the engine on a real PostgreSQL.
 */
@NullMarked
package io.oversync.benchmarks;

import org.jspecify.annotations.NullMarked;
