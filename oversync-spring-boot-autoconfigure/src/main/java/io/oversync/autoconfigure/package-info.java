/**
 * Auto-configuration: properties, beans, start-up checks.
 */
@NullMarked
package io.oversync.autoconfigure;

import org.jspecify.annotations.NullMarked;
