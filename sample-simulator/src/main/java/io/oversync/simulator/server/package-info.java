/**
 * A server that the simulator owns, so that it may do to it what it likes.
 */
@NullMarked
package io.oversync.simulator.server;

import org.jspecify.annotations.NullMarked;
