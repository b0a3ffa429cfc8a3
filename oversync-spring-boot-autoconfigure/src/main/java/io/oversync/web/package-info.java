/**
 * What an application tells the endpoints, and its Spring Security, about who is asking.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.web;
