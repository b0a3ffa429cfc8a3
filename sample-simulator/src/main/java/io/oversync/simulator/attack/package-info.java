/**
 * Attacks of authenticated users on a server of its own, beside an honest user who must
 * not notice.
 */
@NullMarked
package io.oversync.simulator.attack;

import org.jspecify.annotations.NullMarked;
