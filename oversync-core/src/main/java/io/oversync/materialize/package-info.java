/**
 * Typed rows in the application's own tables.
 */
@NullMarked
package io.oversync.materialize;

import org.jspecify.annotations.NullMarked;
