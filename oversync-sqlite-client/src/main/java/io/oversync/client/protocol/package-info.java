/**
 * What goes over the wire: records and their JSON.
 */
@NullMarked
package io.oversync.client.protocol;

import org.jspecify.annotations.NullMarked;
