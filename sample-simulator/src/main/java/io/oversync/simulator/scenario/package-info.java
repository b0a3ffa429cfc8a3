/**
 * The scenarios, and what they play on.
 */
@NullMarked
package io.oversync.simulator.scenario;

import org.jspecify.annotations.NullMarked;
