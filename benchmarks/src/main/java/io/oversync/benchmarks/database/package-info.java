/**
 * The PostgreSQL that is measured with.
 */
@NullMarked
package io.oversync.benchmarks.database;

import org.jspecify.annotations.NullMarked;
