/**
 * Typed rows in the application's own tables.
 */
@NullMarked
package io.oversync.internal.materialize;

import org.jspecify.annotations.NullMarked;
