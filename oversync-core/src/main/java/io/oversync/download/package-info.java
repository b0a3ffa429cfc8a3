/**
 * Downloads: one page of a user's change stream.
 */
@NullMarked
package io.oversync.internal.download;

import org.jspecify.annotations.NullMarked;
