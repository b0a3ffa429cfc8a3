/**
 * The SQL of the sync schema.
 */
@NullMarked
package io.oversync.internal.store;

import org.jspecify.annotations.NullMarked;
