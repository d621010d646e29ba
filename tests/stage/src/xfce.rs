//! The settings of the Xfce parts: one panel at the bottom with the window list and the status tray.
//!
//! There is no clock on it: the panel changes only when the program changes it, so that the place of the tray icon can
//! be read from two pictures.

use std::path::Path;

use anyhow::Result;

/// The height of the panel in pixels.
pub(crate) const PANEL_HEIGHT: u32 = 34;

/// Writes the settings below the private configuration folder.
pub(crate) fn prepare(config: &Path) -> Result<()> {
    let channels = config.join("xfce4/xfconf/xfce-perchannel-xml");
    fs_err::create_dir_all(&channels)?;
    fs_err::write(
        channels.join("xfce4-panel.xml"),
        PANEL.replace("PANEL_HEIGHT", &PANEL_HEIGHT.to_string()),
    )?;
    fs_err::write(channels.join("xfce4-notifyd.xml"), NOTIFYD)?;
    Ok(())
}

const PANEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=10;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="PANEL_HEIGHT"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"#;

const NOTIFYD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-notifyd" version="1.0">
  <property name="notify-location" type="uint" value="2"/>
  <property name="expire-timeout" type="int" value="4"/>
  <property name="initial-opacity" type="double" value="1.0"/>
  <property name="do-fadeout" type="bool" value="false"/>
  <property name="do-slideout" type="bool" value="false"/>
</channel>
"#;
