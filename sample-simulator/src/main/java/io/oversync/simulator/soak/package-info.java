/**
 * The soak: a steady load for many minutes, and gauges that show whether the server's
 * memory, connections and request times stay flat under it.
 */
@NullMarked
package io.oversync.simulator.soak;

import org.jspecify.annotations.NullMarked;
