/**
 * Draws what was measured.
 */
@NullMarked
package io.oversync.benchmarks.chart;

import org.jspecify.annotations.NullMarked;
